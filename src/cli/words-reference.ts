import { wordsPage } from '../report/words/reference.ts'
import { LISTS } from './lists.ts'

/** Returns the page docs/reference/words.md. The lists that are not there are long, and `onpath list` prints them. */
export function wordsReference(): string {
  const { outcomes, marks, notices, vantages, techniques, policies, letters } = LISTS
  const { workloads, parts, columns, outputs, exits, codes } = LISTS
  const ofAttacks = [outcomes, marks, notices, vantages, techniques, policies]
  return wordsPage([...ofAttacks, letters, workloads, parts, columns, outputs, exits, codes])
}
