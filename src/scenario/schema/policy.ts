import { namesOf } from '../../engine/registry.ts'
import { DEFAULT_POLICY, POLICIES } from '../../measure/policies.ts'
import { UNKNOWN_CAUSES } from '../../measure/unknown.ts'
import { entriesOf, section, text } from './scalars.ts'
import { z } from './zod.ts'

const ruleText = text('A rule, or the name of a policy.', 'never read, modified')

const ruleOnUnknown = section({
  unknown: text(
    `What need not be known of an imported cluster, as \`allow CAUSE, ...\`; the causes are ${namesOf(UNKNOWN_CAUSES).join(', ')}.`,
    'allow remotedialer, rights',
  ),
})

const rule = z.union([ruleText, ruleOnUnknown])

export const policySchema = z
  .union([ruleText, entriesOf('Rules.', rule).min(1, 'at least one rule').max(100, 'at most 100 rules')])
  .meta({
    description: `The outcomes that no attacker may reach, for \`onpath check\`: the name of a policy (${namesOf(POLICIES).join(', ')}), a rule such as \`never read, privilege by pod on logs\`, \`never granted\` for rights that rules give, \`unknown: allow CAUSE\` for what need not be known, or a list of these. A rule is about what others own, unless it has \`scope any\` after the outcomes. Default: ${DEFAULT_POLICY}.`,
  })

export type PolicySection = z.output<typeof policySchema>
