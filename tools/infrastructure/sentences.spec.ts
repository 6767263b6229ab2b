import { expect, test } from 'vitest'
import { withoutPassword } from './connection-string.ts'
import { dockerName } from './docker.ts'
import { javaMajor } from './java.ts'
import { mavenFailure } from './kafka-jars.ts'
import { infrastructureChoice } from './options.ts'

test('a password is not shown', () => {
  expect(withoutPassword('mongodb://ann:secret@db:1/?w=1')).toBe('mongodb://ann:***@db:1/?w=1')
  expect(withoutPassword('mongodb://db:1/')).toBe('mongodb://db:1/')
})

test('Java says its version in the form of its time', () => {
  expect(javaMajor('openjdk version "17.0.15" 2025-04-15')).toBe(17)
  expect(javaMajor('openjdk version "25" 2025-09-16')).toBe(25)
  expect(javaMajor('java version "1.8.0_402"')).toBe(1)
  expect(javaMajor('command not found')).toBe(0)
})

test("Maven's first error is the reason", () => {
  const tail = ['[INFO] BUILD FAILURE', '[ERROR] Unknown host repo', '[ERROR] Re-run with -e']
  expect(mavenFailure(tail)).toContain("Maven could not fetch Kafka's jars (Unknown host repo)")
})

test('two workspaces have two containers', () => {
  expect(dockerName('/a/.tideway/start', 'broker')).toMatch(/^tideway-start-[0-9a-f]{8}-broker$/)
  expect(dockerName('/b/.tideway/start', 'broker')).not.toBe(
    dockerName('/a/.tideway/start', 'broker'),
  )
})

test('TIDEWAY_INFRASTRUCTURE is docker, native or nothing', () => {
  expect(infrastructureChoice({})).toBe('auto')
  expect(infrastructureChoice({ TIDEWAY_INFRASTRUCTURE: 'native' })).toBe('native')
  expect(() => infrastructureChoice({ TIDEWAY_INFRASTRUCTURE: 'podman' })).toThrow('use docker or')
})
