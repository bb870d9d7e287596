import { expect, test } from 'vitest'
import { NONE } from '../../src/engine/table.ts'
import { CHANNEL_DATA } from '../../src/security/ssh-session.ts'
import { APPLICATION_DATA } from '../../src/security/tls-session.ts'
import type { Stream } from '../../src/transport/rows.ts'
import { type Lab, ms } from '../fixtures/lab.ts'
import { SshLab } from '../fixtures/ssh-lab.ts'
import { TlsLab } from '../fixtures/tls-lab.ts'
import { tlsClient, tlsServer } from './tls-ends.ts'

/**
 * Inserts 60 bytes of a record of 100 bytes, and then 40 of one of 1000, in the place of what the peer writes next.
 * Returns whether the session has failed after each.
 */
function insertTwo({ contents, streams }: Lab, lower: Stream, kind: number, hasFailed: () => boolean) {
  return [
    [100, 60],
    [1000, 40],
  ].map(([recordBytes, arrivedBytes], i) => {
    const content = contents.create(11 + i, 12, 0)
    contents.appendMarked(content, recordBytes, kind, 0, 0, NONE, 0, NONE)
    streams.received(lower, content, 0, arrivedBytes)
    return hasFailed()
  })
}

test('a record inserted into a TLS session is detected at its end, whatever is inserted after it', () => {
  const lab = new TlsLab({ client: tlsClient(), server: tlsServer(), asks: { sends: 10, finishes: 'never' } })
  lab.run(ms(200))
  const lower = lab.tls.sessions.lower[lab.tls.sessions.rowAt(0)]
  expect(insertTwo(lab, lower, APPLICATION_DATA, () => lab.asking.failure !== null)).toEqual([false, true])
  expect(lab.asking.failure).toBe('record broken')
})

test('a packet inserted into an SSH session is detected at its end, whatever is inserted after it', () => {
  const lab = new SshLab()
  lab.run(ms(500))
  expect([lab.loggedInTick !== null, lab.lost]).toEqual([true, null])
  const lower = lab.ssh.sessions.lower[lab.session]
  expect(insertTwo(lab, lower, CHANNEL_DATA, () => lab.lost !== null)).toEqual([false, true])
  expect(lab.lost).toBe('record broken')
})
