import { describe, expect, test } from 'vitest'
import { SessionRegistry, SSH, TLS } from '../../src/attack/wiretap/session-registry.ts'
import { Arena } from '../../src/engine/arena.ts'
import { NONE } from '../../src/engine/table.ts'

const [CLIENT_HOST, SERVER_HOST] = [1, 2]
const [CLIENT, SERVER] = [10, 20]

/** Content names are (n, n): the client writes content 1, and the server content 2. */
function registry(attackers = 1) {
  const sessions = new SessionRegistry(new Arena(), attackers)
  const observer = sessions.observerOf(TLS)
  return {
    sessions,
    find: (name: number, layer: typeof TLS | typeof SSH = TLS) => sessions.find(layer, name, name),
    client: {
      begins: () => observer.onSessionBegins(CLIENT_HOST, CLIENT, true, 1, 1),
      hears: (name = 2) => observer.onPeerData(CLIENT_HOST, CLIENT, true, name, name),
      knows: (client: number, server: number) => observer.onPeerKnown(CLIENT_HOST, CLIENT, true, client, server),
      ends: () => observer.onSessionEnds(CLIENT_HOST, CLIENT, true),
    },
    server: {
      begins: () => observer.onSessionBegins(SERVER_HOST, SERVER, false, 2, 2),
      hears: (name = 1) => observer.onPeerData(SERVER_HOST, SERVER, false, name, name),
      knows: (client: number, server: number) => observer.onPeerKnown(SERVER_HOST, SERVER, false, client, server),
      ends: () => observer.onSessionEnds(SERVER_HOST, SERVER, false),
    },
  }
}

describe('the session in a content', () => {
  test('the session of a content belongs to the end that writes it, also before the other end begins', () => {
    const { find, client } = registry()
    expect(find(1)).toBe(null)
    client.begins()
    expect(find(1)).toMatchObject({
      clientHost: CLIENT_HOST,
      serverHost: NONE,
      isOfClient: true,
      client: NONE,
      server: NONE,
      reader: NONE,
    })
    expect([find(2), find(1, SSH)]).toEqual([null, null])
  })

  test('the session of a content is found by its reader if the writer is not known', () => {
    const { find, client, server } = registry()
    client.begins()
    client.hears(3)
    // Somebody else writes content 3 in the server's place.
    expect(find(3)).toMatchObject({ clientHost: CLIENT_HOST, serverHost: NONE, isOfClient: false, writer: NONE })
    server.begins()
    server.hears(4)
    expect(find(4)).toMatchObject({ clientHost: NONE, serverHost: SERVER_HOST, isOfClient: true, writer: NONE })
  })

  test('a TLS session has both ends once each has received the other’s hello', () => {
    const { find, client, server } = registry()
    client.begins()
    server.begins()
    server.hears()
    client.hears()
    const [ofClient, ofServer] = [find(1), find(2)]
    expect(ofClient).toMatchObject({ clientHost: CLIENT_HOST, serverHost: SERVER_HOST, isOfClient: true })
    expect(ofServer).toMatchObject({ clientHost: CLIENT_HOST, serverHost: SERVER_HOST, isOfClient: false })
    expect([ofClient?.writer, ofClient?.reader]).toEqual([ofServer?.reader, ofServer?.writer])
  })

  test('the session of a content has the parameters of its writer, else of its reader', () => {
    const { find, client, server } = registry()
    client.begins()
    server.begins()
    server.hears()
    client.hears()
    server.knows(5, 6)
    expect([find(1), find(2)]).toMatchObject([
      { client: 5, server: 6 },
      { client: 5, server: 6 },
    ])
    client.knows(7, 8)
    expect([find(1), find(2)]).toMatchObject([
      { client: 7, server: 8 },
      { client: 5, server: 6 },
    ])
  })

  test('the session of a content keeps the first peer of each end', () => {
    const { find, client } = registry()
    client.begins()
    client.hears(2)
    client.hears(3)
    expect([find(2)?.clientHost, find(3)]).toEqual([CLIENT_HOST, null])
  })

  test('the session of a content is kept until both ends have ended, in either order', () => {
    for (const order of [
      ['client', 'server'],
      ['server', 'client'],
    ] as const) {
      const lab = registry()
      lab.client.begins()
      lab.server.begins()
      lab.server.hears()
      lab.client.hears()
      lab[order[0]].ends()
      expect([lab.find(1)?.isOfClient, lab.find(2)?.isOfClient]).toEqual([true, false])
      // Its number may be that of another session from now on.
      lab[order[0]].knows(5, 6)
      expect(lab.find(1)?.client).toBe(NONE)
      lab[order[1]].ends()
      expect([lab.find(1), lab.find(2)]).toEqual([null, null])
    }
  })

  test('the session of a content ends at once if the other end never began', () => {
    const { find, client, server } = registry()
    client.begins()
    client.ends()
    expect(find(1)).toBe(null)
    server.ends()
    server.hears()
    server.knows(1, 2)
    expect(find(1)).toBe(null)
  })

  test('the end of an unknown session does not change other sessions', () => {
    const { sessions, find, client, server } = registry()
    client.begins()
    client.hears(0)
    const known = () => [sessions['ends'].count, find(0), find(1)]
    const before = known()
    for (const tell of [() => server.hears(5), () => server.knows(1, 2), server.ends]) {
      tell()
      expect(known()).toEqual(before)
    }
    server.begins()
    server.hears(1)
    client.ends()
    server.ends()
    expect([sessions['ends'].count, find(0), find(1), find(2)]).toEqual([0, null, null, null])
  })

  test('sessions whose names share a hash bucket are kept apart when one ends', () => {
    const COUNT = 3000
    const sessions = new SessionRegistry(new Arena(), 1)
    const observer = sessions.observerOf(SSH)
    for (let n = 0; n < COUNT; n++) observer.onSessionBegins(n, n, true, n, n)
    for (let n = 0; n < COUNT; n += 3) observer.onSessionEnds(n, n, true)
    for (let n = 1; n < COUNT; n += 3) observer.onSessionEnds(n, n, true)
    const left = Array.from({ length: COUNT }, (_, n) => sessions.find(SSH, n, n)?.clientHost)
    expect(left).toEqual(left.map((_, n) => (n % 3 === 2 ? n : undefined)))
  })
})

test('the client’s key share is recorded for each attacker that observed it, and for no other', () => {
  const { sessions, find, client, server } = registry(70)
  client.begins()
  server.begins()
  server.hears()
  client.hears()
  const seers = [0, 31, 32, 69]
  for (const attacker of seers) sessions.addRecorder(TLS, 1, 1, attacker)
  const recordedBy = (name: number) => {
    const facts = find(name)
    return facts === null ? null : [...Array(70).keys()].filter((attacker) => sessions.isRecordedBy(facts, attacker))
  }
  expect([recordedBy(1), recordedBy(2)]).toEqual([seers, seers])
  sessions.addRecorder(TLS, 9, 9, 5)
  expect(recordedBy(1)).toEqual(seers)
})
