import type { KnowledgeResult } from './verdict.ts'

/**
 * Returns whether knowledge is about this name: a secret that a workload carries, a token, or the key of a certificate.
 */
export function isLearned({ learned }: Pick<KnowledgeResult, 'learned'>, name: string): boolean {
  return [`secret ${name}`, `token ${name}`, `key of ${name}`].includes(learned)
}
