import { listOfTexts } from './list.ts'

const MARKS = [
  { name: 'detected', meaning: 'a check of certificates, MACs or host keys noticed the attack (`noticed: security`)' },
  { name: 'own', meaning: 'the attacker got only what its position holds, such as pods of a node on which it is root' },
  { name: 'other', meaning: 'the attacker got what belongs to others; policies and gates look at this' },
]

export const marks = listOfTexts(
  'mark of an outcome',
  'marks beside outcomes, in tables and as `scope`',
  () => MARKS,
  ({ meaning }) => meaning,
)
