// Where do packets get lost, and who sends them again? An observer sees each packet on each link, and changes nothing.
//
//     node examples/observer/observer.ts     (Node 22.18 or later; before: npx tsx examples/observer/observer.ts)
import { loadScenario, type Observer, type PacketStage, type PacketView, simulate } from 'onpath'

const SCENARIO = `
version: 1
hosts: { client: {}, router: {}, server: {} }
links:
  office: { between: [client, router], delay: 1ms, rate: 1Gbps }
  radio: { between: [router, server], delay: 12ms, rate: 20Mbps, loss: 1%, queue: 60 packets }
paths: { web: { from: client, to: server, scheme: https } }
workloads: { downloads: { path: web, requests: 20, response: 250KB } }
`

class LossCounter implements Observer {
  readonly name = 'loss-counter'
  readonly links = new Map<string, { packets: number; again: number; lost: number; overflowed: number }>()

  observe(stage: PacketStage, packet: PacketView): void {
    const counts = this.links.get(packet.link) ?? { packets: 0, again: 0, lost: 0, overflowed: 0 }
    this.links.set(packet.link, counts)
    if (stage === 'lost') counts.lost++
    else if (stage === 'dropped-at-queue') counts.overflowed++
    else if (stage === 'sent') {
      counts.packets++
      if (packet.payloadBytes > 0 && packet.transmission > 1) counts.again++
    }
  }
}

const loaded = loadScenario({ text: SCENARIO, file: 'radio.yaml' })
if (!loaded.ok) throw new Error(loaded.problems[0].message)

const counter = new LossCounter()
const { workloads } = simulate(loaded.scenario, { observers: [counter] })

for (const [link, { packets, again, lost, overflowed }] of [...counter.links].sort())
  console.log(`${link}: ${packets} packets, ${again} sent again, ${lost} lost, ${overflowed} beyond the queue`)
console.log(`${workloads[0].completed} downloads, the median at ${workloads[0].throughputMbps?.toFixed(1)} Mbps`)
