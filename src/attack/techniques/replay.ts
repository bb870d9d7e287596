import { PASS } from '../../network/packet-rule.ts'
import { COMMON, PACKETS } from '../parameters/common.ts'
import { adapted } from '../parameters/parameter.ts'
import type { Technique } from './technique.ts'

const parameters = {
  ...PACKETS,
  delay: adapted(COMMON.delay, { meaning: 'the time from the packet until its copy is sent' }),
}

export const replay: Technique<typeof parameters> = {
  meaning: 'Sends a recorded packet once more, unchanged.',
  references: { attack: ['T1557'], weaknesses: [294] },
  needs: ['sees', 'injects'],
  parameters,
  messages: ['forges'],
  packets({ network, sender, forge, parameters: steps }) {
    const delaysNs = steps.map(({ delay }) => delay)
    return {
      onPacket(step, observation) {
        const { packets } = network
        const { packet } = observation
        if (!sender.reaches(step, packets.destination[packet], packets.wireBytes(packet))) return null
        sender.send(step, observation, forge.copy(step, packet), delaysNs[step])
        return PASS
      },
    }
  },
  matrix: { rows: [{ at: ['link'], step: { delay: '10ms' } }], isOnStandingConnections: true },
}
