import { namesOf } from '../../engine/registry.ts'
import { DEFAULT_POLICY, POLICIES } from '../../measure/policies.ts'
import { listOfTexts } from './list.ts'

export const policies = listOfTexts(
  'policy',
  'policies',
  () => namesOf(POLICIES).map((name) => ({ name, isDefault: name === DEFAULT_POLICY, ...POLICIES[name] })),
  ({ meaning, rules, isDefault }) => `${meaning} ${isDefault ? 'This is the default. ' : ''}(${rules.join('; ')})`,
)
