import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { queueAddress } from '../../../src/cli/queue/queue-address.ts'
import { invoke } from '../../fixtures/fake-io.ts'
import { aFolder } from '../../fixtures/folder.ts'
import { LOSSY } from '../../fixtures/scenario-text.ts'

const none = () => undefined

describe('the address of a queue', () => {
  test('a queue address has a host, a port, a user and a database; passwords come from the environment', () => {
    const environment = { ONPATH_QUEUE_PASSWORD: 'one', ONPATH_QUEUE_SECRET: 'other' }
    expect(
      queueAddress('redis://me@example.com:7000/2', {}, (name) => new Map(Object.entries(environment)).get(name)),
    ).toEqual({
      name: 'redis://example.com:7000/2',
      host: 'example.com',
      port: 7000,
      database: 2,
      username: 'me',
      password: 'one',
      tls: null,
      secret: 'other',
    })
    expect(queueAddress('redis://[::1]', {}, none)).toMatchObject({
      host: '::1',
      port: 6379,
      database: 0,
      password: null,
    })
  })

  test('a queue address that begins with rediss uses certificates', () => {
    const folder = aFolder({ 'ca.crt': 'a CA' })
    const queueCa = join(folder, 'ca.crt')
    const { tls } = queueAddress('rediss://queue.example.com', { queueCa }, none)
    expect(tls).toEqual({ servername: 'queue.example.com', ca: 'a CA' })
    expect(queueAddress('rediss://10.0.0.1', {}, none).tls).toEqual({})
  })

  test.each([
    ['localhost:6379', {}, 'expected an address such as redis://localhost:6379'],
    ['http://localhost', {}, 'expected an address'],
    ['redis://localhost/no', {}, 'a number of a database'],
    ['redis://localhost?x=1', {}, 'expected an address'],
    ['redis://localhost', { queueCa: 'ca.crt' }, 'begin the address of the queue with rediss://'],
    ['rediss://localhost', { queueCert: 'client.crt' }, '--queue-cert and --queue-key belong together'],
  ])('queue address %s with %j is refused', (text, options, message) => {
    expect(() => queueAddress(text, options, none)).toThrow(message)
  })

  test('a queue address with a password, which every user of the machine could read, is refused without showing it', async () => {
    const { code, err } = await invoke(['sweep', '-', '--queue', 'redis://me:hunter2@localhost'], { stdin: LOSSY })
    expect(code).toBe(2)
    expect(err).toContain('set ONPATH_QUEUE_PASSWORD')
    expect(err).not.toContain('hunter2')
  })
})

describe('a queue that is not there', () => {
  test.each([
    ['sweep', ['sweep', '-', '--queue', 'redis://127.0.0.1:1']],
    ['worker', ['worker', '--queue', 'redis://127.0.0.1:1']],
  ])('onpath %s ends with a reason if the queue is not reachable', async (_, argv) => {
    const { code, err } = await invoke(argv, { stdin: LOSSY })
    expect(code).toBe(2)
    expect(err).toContain('cannot use the queue at redis://127.0.0.1:1: nothing listens there')
  })

  test('contradictory queue options are refused without a connection', async () => {
    const jobs = await invoke(['sweep', '-', '--queue', 'redis://127.0.0.1:1', '--jobs', '2'], { stdin: LOSSY })
    expect(jobs.err).toContain('--jobs is an option of `onpath worker`')
    const ca = await invoke(['sweep', '-', '--queue-ca', 'ca.crt'], { stdin: LOSSY })
    expect(ca.err).toContain('need --queue')
    const worker = await invoke(['worker'])
    expect(worker.err).toContain('name the queue with --queue')
  })
})
