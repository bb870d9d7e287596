import { packetEntry } from '../../packets/describe/describe-packet.ts'
import { PacketTap } from '../../packets/record/packet-tap.ts'
import type { PacketSink, RecordedPacket } from '../../packets/record/recorded-packet.ts'
import type { Plan } from '../../simulation/plan.ts'
import { runForObservers } from '../../simulation/run.ts'
import type { PacketPlace, ScenarioText } from '../protocol.ts'
import { type Desk, read } from './desk.ts'

/** Simulates up to a packet again, and answers with its headers and what it carries. */
export function dissect(question: ScenarioText & { readonly packet: PacketPlace }, desk: Desk): void {
  const known = read(question, desk)
  if (known === null) return
  const { direction, serial } = question.packet
  let found: RecordedPacket | null = null
  let plan: Plan | null = null
  const sink: PacketSink = {
    onSent: (packet) => {
      if (packet.direction === direction && packet.serial === serial) found = packet
    },
    onArrived() {},
    onDiscarded() {},
  }
  runForObservers(known.loaded.scenario, {
    observe: (simulation) => {
      plan = simulation.plan
      new PacketTap(simulation, [sink])
    },
    shouldStop: () => found !== null && found.stage !== 'sent',
  })
  if (found === null || plan === null) return desk.reply({ kind: 'failed', message: 'This run has no such packet.' })
  desk.reply({ kind: 'dissected', entry: packetEntry(found, plan) })
}
