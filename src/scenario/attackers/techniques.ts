import type { TechniqueName } from '../../attack/vantage.ts'

/** Keys of a step that not every technique has. */
export type StepKey = 'for' | 'count' | 'match' | 'delay' | 'presents' | 'with' | 'ask'

export interface Technique {
  readonly name: TechniqueName
  readonly keys: readonly StepKey[]
}

/** What is done to packets as they come. */
const TO_PACKETS: readonly StepKey[] = ['for', 'count', 'match']
/** What stands where others expect somebody else. */
const AS_A_SERVER: readonly StepKey[] = ['for', 'count', 'presents']

/** What a plan may say, and what of it makes sense for each. Whether a vantage can do it is for the run to find out. */
export const TECHNIQUES: readonly Technique[] = [
  { name: 'eavesdrop', keys: ['for'] },
  { name: 'impersonate-server', keys: AS_A_SERVER },
  { name: 'relay', keys: [...AS_A_SERVER, 'with'] },
  { name: 'tamper', keys: TO_PACKETS },
  { name: 'inject', keys: [...TO_PACKETS, 'delay'] },
  { name: 'replay', keys: [...TO_PACKETS, 'delay'] },
  { name: 'reset', keys: [...TO_PACKETS, 'delay'] },
  { name: 'drop', keys: TO_PACKETS },
  { name: 'delay', keys: [...TO_PACKETS, 'delay'] },
  { name: 'direct-request', keys: ['count', 'with', 'ask'] },
  { name: 'steal-token', keys: [] },
  { name: 'steal-key', keys: [] },
  { name: 'bootstrap-node', keys: ['with', 'ask'] },
  { name: 'readdress-node', keys: ['for', 'presents', 'with'] },
  { name: 'claim-agent', keys: ['for', 'with'] },
  { name: 'spoof-arp', keys: AS_A_SERVER },
  { name: 'smuggle-request', keys: ['count', 'with', 'ask'] },
  { name: 'redirect-service', keys: ['for', 'presents', 'with'] },
]

export function techniqueNamed(name: TechniqueName): Technique {
  const found = TECHNIQUES.find((technique) => technique.name === name)
  if (found === undefined) throw new RangeError(`no technique is named ${name}`)
  return found
}
