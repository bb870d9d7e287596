import { describe, expect, test } from 'vitest'
import { storiesAround } from '../../src/packets/stories-around.ts'
import { loadScenario } from '../../src/scenario/load.ts'
import { run } from '../../src/simulation/run.ts'

const HTTPS = `
version: 1
duration: 1s
hosts: { client: {}, server: {} }
links: { wan: { between: [client, server], delay: 10ms } }
paths: { web: { from: client, to: server, tls: { verify: ca } } }
workloads: { requests: { path: web, requests: 2 } }
`

function load(text: string) {
  const loaded = loadScenario({ file: 'story.yaml', text })
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems))
  return loaded.scenario
}

describe('storiesAround', () => {
  test('storiesAround lists the messages of a connection in the order of sending', () => {
    const [story] = storiesAround(load(HTTPS), [{ link: 'link/wan/forward', packet: 0 }])
    const told = story.messages.slice(0, 8).map(({ from, to, layer, text }) => `${from} > ${to} ${layer} ${text}`)
    expect(told).toEqual([
      'client > server tcp SYN',
      'server > client tcp SYN, ACK',
      'client > server tls ClientHello',
      'server > client tls ServerHello, EncryptedExtensions, Certificate, CertificateVerify, Finished',
      'client > server tls Finished',
      'client > server http GET /',
      'server > client http 200, to GET /',
      'server > client http body, 1000 bytes',
    ])
  })

  test('storiesAround names the packets of each message, with the link and the number of evidence', () => {
    const [story] = storiesAround(load(HTTPS), [{ link: 'link/wan/forward', packet: 0 }])
    const hello = story.messages.find(({ text }) => text === 'ClientHello')
    expect(hello?.packets).toEqual([{ link: 'link/wan/forward', packet: 2 }])
    const packet = story.packets.find((one) => one.link === 'link/wan/forward' && one.packet === 2)
    expect(packet).toMatchObject({ from: 'client', to: 'server', flags: '[P.]', stage: 'delivered' })
    expect(packet?.carries).toEqual(['TLS ClientHello'])
    expect((packet?.arrivedNs ?? 0) - (packet?.sentNs ?? 0)).toBe(10_000_000)
  })

  test('storiesAround leaves out packets beyond the most that are asked for, and counts them', () => {
    const [all] = storiesAround(load(HTTPS), [{ link: 'link/wan/forward', packet: 2 }])
    const [some] = storiesAround(load(HTTPS), [{ link: 'link/wan/forward', packet: 2 }], { most: 4 })
    expect(some.packets).toHaveLength(4)
    expect(some.packets.length + some.packetsLeftOut).toBe(all.packets.length + all.packetsLeftOut)
    expect(some.packets.map(({ packet, link }) => `${packet} ${link}`)).toContain('2 link/wan/forward')
  })

  test('storiesAround has no packets for a pointer to a packet that does not exist', () => {
    const [story] = storiesAround(load(HTTPS), [{ link: 'link/wan/forward', packet: 9999 }])
    expect(story).toMatchObject({ packets: [], messages: [] })
  })

  test('storiesAround does not change the digest of the run that it observes', async () => {
    const { PacketTap } = await import('../../src/packets/record/packet-tap.ts')
    const scenario = load(HTTPS)
    const sink = { onSent: () => {}, onArrived: () => {}, onDiscarded: () => {} }
    const observed = run(scenario, { observe: (simulation) => void new PacketTap(simulation, [sink]) })
    expect(observed.result).toEqual(run(scenario).result)
  })
})
