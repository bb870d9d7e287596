import { NOTICE_MEANINGS } from '../../measure/verdict.ts'
import { listOfTexts } from './list.ts'

const MARKS = [
  { name: 'detected', meaning: `${NOTICE_MEANINGS.security} (\`noticed: security\`)` },
  {
    name: 'own',
    meaning: 'the victim is what the attacker had from the start, such as pods of a node on which it is root',
  },
  { name: 'other', meaning: 'the victim is not what the attacker had from the start; policies judge these verdicts' },
]

export const marks = listOfTexts(
  'mark of an outcome',
  'marks beside outcomes, in tables and as `scope`',
  () => MARKS,
  ({ meaning }) => meaning,
)
