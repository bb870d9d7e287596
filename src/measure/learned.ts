import type { KnowledgeResult } from './verdict.ts'

/**
 * Returns whether an entry of knowledge is about this name: a secret of a workload, a token, or the key of a
 * certificate.
 */
export function isLearned({ learned }: Pick<KnowledgeResult, 'learned'>, name: string): boolean {
  return [`secret ${name}`, `token ${name}`, `key of ${name}`].includes(learned)
}
