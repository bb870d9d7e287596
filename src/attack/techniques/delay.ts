import type { RuleVerdict } from '../../network/packet-rule.ts'
import { PACKETS } from './parameters.ts'
import type { Technique } from './technique.ts'

export const delay: Technique = {
  meaning: 'Delays packets.',
  references: { attack: ['T1498'], weaknesses: [400] },
  needs: ['intercepts'],
  parameters: { ...PACKETS, delay: { meaning: 'the time by which packets are delayed' } },
  requires: ['delay'],
  packets: ({ plan }) => {
    const verdicts = plan.steps.map(({ delayNs }): RuleVerdict => ({ action: 'delay', delayNs }))
    return { onPacket: (step) => verdicts[step] }
  },
  matrix: { rows: [{ at: ['link'], step: { delay: '100ms' } }], isOnStandingConnections: true },
}
