import { describe, expect, it } from 'vitest'
import { parseClusterOptions } from './cluster-options.ts'
import { addresses, planCluster, type Surroundings } from './cluster-plan.ts'

const withKind = {
  hasKind: true,
  kindClusters: [],
  contexts: [],
  isUp: false,
  version: '0.1.0',
}
const withoutKind = { ...withKind, hasKind: false, contexts: ['work', 'minikube'] }

function commandsOf(args: string[], found: Surroundings): string[] {
  const { steps } = planCluster(parseClusterOptions(args), found)
  return steps.flatMap(({ commands }) => commands.map((command) => command.join(' ')))
}

describe('bringing the system up', () => {
  it('makes a cluster with kind, builds and loads the images, applies, and waits', () => {
    expect(commandsOf(['up'], withKind)).toEqual([
      'kind create cluster --name=tideway',
      'docker build --target=operation-service --tag=tideway/operation-service:0.1.0 .',
      'docker build --target=user-service --tag=tideway/user-service:0.1.0 .',
      'docker build --target=user-approval-service --tag=tideway/user-approval-service:0.1.0 .',
      'docker build --target=load-generator --tag=tideway/load-generator:0.1.0 .',
      'kind load docker-image --name=tideway tideway/operation-service:0.1.0 tideway/user-service:0.1.0 tideway/user-approval-service:0.1.0 tideway/load-generator:0.1.0',
      'kubectl --context=kind-tideway apply -k k8s/overlays/local',
      'kubectl --context=kind-tideway --namespace=tideway rollout status statefulset/mongodb --timeout=10m',
      'kubectl --context=kind-tideway --namespace=tideway rollout status statefulset/kafka --timeout=10m',
      'kubectl --context=kind-tideway --namespace=tideway rollout status deployment --selector=app.kubernetes.io/part-of=tideway --timeout=10m',
    ])
  })

  it('uses the cluster that it has made before', () => {
    const commands = commandsOf(['up'], { ...withKind, kindClusters: ['tideway'] })
    expect(commands[0]).toMatch(/^docker build/)
  })

  const restart =
    'kubectl --context=kind-tideway --namespace=tideway rollout restart deployment operation-service user-service user-approval-service'

  it('starts the services anew where they ran before: their images have the same names', () => {
    expect(commandsOf(['up'], { ...withKind, isUp: true })).toContain(restart)
  })

  it('starts no service twice where none ran before', () => {
    expect(commandsOf(['up'], withKind)).not.toContain(restart)
  })

  it('shows the pods, and what Kubernetes warns of, when they do not become ready', () => {
    const { steps } = planCluster(parseClusterOptions(['up']), withKind)
    expect(steps.at(-1)?.whenItFails?.map((command) => command.slice(0, 5).join(' '))).toEqual([
      'kubectl --context=kind-tideway --namespace=tideway get pods',
      'kubectl --context=kind-tideway --namespace=tideway get events',
    ])
  })

  it('touches no cluster that was not named, where there is no kind', () => {
    expect(() => commandsOf(['up'], withoutKind)).toThrow('with --context (work, minikube)')
  })

  it('touches the one that was named, and tells kubectl so each time', () => {
    const commands = commandsOf(['up', '--context', 'minikube'], withoutKind)
    expect(commands).toContain(
      'minikube image load tideway/operation-service:0.1.0 tideway/user-service:0.1.0 tideway/user-approval-service:0.1.0 tideway/load-generator:0.1.0',
    )
    for (const command of commands.filter((each) => each.startsWith('kubectl'))) {
      expect(command).toContain('--context=minikube')
    }
  })

  it('refuses a context that kubectl does not know', () => {
    expect(() => commandsOf(['up', '--context', 'home'], withoutKind)).toThrow(
      '--context home: kubectl knows work, minikube.',
    )
  })

  it('refuses a cluster that images cannot get to', () => {
    expect(() => commandsOf(['up', '--context', 'work'], withoutKind)).toThrow('with --registry')
  })

  it('pushes to a registry, and applies an overlay that takes the images from there', () => {
    const args = ['up', '--context', 'work', '--registry', 'registry.example.com/me']
    const { overlayFile } = planCluster(parseClusterOptions(args), withoutKind)
    expect(commandsOf(args, withoutKind)).toEqual(
      expect.arrayContaining([
        'docker tag tideway/user-service:0.1.0 registry.example.com/me/tideway/user-service:0.1.0',
        'docker push registry.example.com/me/tideway/user-service:0.1.0',
        'kubectl --context=work apply -k .tideway/cluster',
      ]),
    )
    expect(overlayFile).toMatch('resources: [../../k8s/overlays/local]\n')
    expect(overlayFile).toMatch(
      '- { name: tideway/user-service, newName: registry.example.com/me/tideway/user-service }\n',
    )
    expect(overlayFile).toMatch('/containers/0/imagePullPolicy, value: Always')
  })
})

describe('taking it down', () => {
  it('deletes the cluster that kind made', () => {
    expect(commandsOf(['down'], { ...withKind, kindClusters: ['tideway', 'other'] })).toEqual([
      'kind delete cluster --name=tideway',
    ])
  })

  it('deletes nothing where that cluster is not there', () => {
    expect(commandsOf(['down'], { ...withKind, kindClusters: ['other'] })).toEqual([])
  })

  it("deletes what was applied, and nothing else, from somebody's cluster", () => {
    expect(commandsOf(['down', '--context', 'work'], withoutKind)).toEqual([
      'kubectl --context=work delete -k k8s/overlays/local --ignore-not-found --wait',
    ])
  })
})

it('the addresses are on the cluster that was named', () => {
  const forwards = addresses('work').filter((line) => line.startsWith('  kubectl'))
  expect(forwards).not.toEqual([])
  for (const line of forwards) expect(line).toContain('--context=work')
})
