import { createServer } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { freePort } from '../processes/ports.ts'
import { checkPortsAreFree, portsThatAreFree, servicePorts } from './service-ports.ts'

test('ports come from the environment, else they are 3000 to 3003', () => {
  expect(servicePorts({ USER_SERVICE_PORT: '8081', OPERATION_SERVICE_PORT: '' })).toEqual({
    'operation-service': 3000,
    'user-service': 8081,
    'user-approval-service': 3002,
    console: 3003,
  })
})

test.each(['0', '65536', '3000x'])('%s is no port', (value) => {
  expect(() => servicePorts({ USER_SERVICE_PORT: value })).toThrow('USER_SERVICE_PORT is')
})

test('two services cannot have the same port', () => {
  expect(() => servicePorts({ USER_SERVICE_PORT: '3000' })).toThrow('both have port 3000')
  expect(() => servicePorts({ CONSOLE_PORT: '3001' })).toThrow('both have port 3001')
})

test('a port in use is named together with the setting that changes it', async () => {
  const port = await freePort()
  await expect(checkPortsAreFree([{ name: 'user-service', port }])).resolves.toBeUndefined()
  const server = createServer()
  await new Promise<void>((listening) => server.listen(port, '127.0.0.1', listening))
  onTestFinished(() => void server.close())
  await expect(checkPortsAreFree([{ name: 'user-service', port }])).rejects.toThrow(
    `Port ${port} is in use: stop what listens there, or set USER_SERVICE_PORT.`,
  )
})

test('who can do with other ports takes them for those in use, and only for those', async () => {
  const taken = await freePort()
  const server = createServer()
  await new Promise<void>((listening) => server.listen(taken, '127.0.0.1', listening))
  onTestFinished(() => void server.close())
  const ports = {
    'user-service': await freePort(),
    'user-approval-service': await freePort(),
    console: await freePort(),
  }
  const chosen = await portsThatAreFree({ ...ports, 'operation-service': taken })
  expect(chosen).toMatchObject(ports)
  expect(chosen['operation-service']).not.toBe(taken)
})
