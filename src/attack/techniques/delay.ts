import type { RuleVerdict } from '../../network/packet-rule.ts'
import { COMMON, PACKETS } from '../parameters/common.ts'
import { adapted } from '../parameters/parameter.ts'
import type { Technique } from './technique.ts'

const parameters = {
  ...PACKETS,
  delay: adapted(COMMON.delay, { meaning: 'the time by which packets are delayed', required: true }),
}

export const delay: Technique<typeof parameters> = {
  meaning: 'Delays packets.',
  references: { attack: ['T1498'], weaknesses: [400] },
  needs: ['intercepts'],
  parameters,
  packets: ({ parameters: steps }) => {
    const verdicts = steps.map(({ delay: delayNs }): RuleVerdict => ({ action: 'delay', delayNs }))
    return { onPacket: (step) => verdicts[step] }
  },
  matrix: { rows: [{ at: ['link'], step: { delay: '100ms' } }], isOnStandingConnections: true },
}
