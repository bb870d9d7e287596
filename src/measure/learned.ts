import type { KnowledgeResult } from './verdict.ts'

/** It is of this name: a secret that some workload carries, a token, or a certificate's key. */
export function isLearned({ learned }: Pick<KnowledgeResult, 'learned'>, name: string): boolean {
  return [`secret ${name}`, `token ${name}`, `key of ${name}`].includes(learned)
}
