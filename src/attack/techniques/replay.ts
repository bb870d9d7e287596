import { PASS } from '../../network/packet-rule.ts'
import { PACKETS } from './parameters.ts'
import type { Technique } from './technique.ts'

export const replay: Technique = {
  meaning: 'Sends a recorded packet once more, unchanged.',
  references: { attack: ['T1557'], weaknesses: [294] },
  needs: ['sees', 'injects'],
  parameters: { ...PACKETS, delay: { meaning: 'the time from the packet until its copy is sent' } },
  messages: ['forges'],
  packets: ({ network, sender, forge }) => ({
    onPacket(step, observation) {
      const { packets } = network
      const { packet } = observation
      if (!sender.reaches(step, packets.destination[packet], packets.wireBytes(packet))) return null
      sender.send(step, observation, forge.copy(step, packet))
      return PASS
    },
  }),
  matrix: { rows: [{ at: ['link'], step: { delay: '10ms' } }], isOnStandingConnections: true },
}
