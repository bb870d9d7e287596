import {
  type KubernetesVersion,
  OLDEST_MINOR,
  parseKubernetesVersion,
} from '../../cluster/versions/kubernetes-version.ts'
import { SCALAR_TEXTS } from './scalars.ts'
import { z } from './zod.ts'

/** A version of Kubernetes. It must be a text, because YAML reads 1.30 as the number 1.3. */
export const kubernetesVersion = (description: string) =>
  z
    .unknown()
    .transform((value, context): KubernetesVersion => {
      const parsed = typeof value === 'string' ? parseKubernetesVersion(value) : notQuoted(value)
      if (parsed.ok) return parsed.version
      const code = typeof value === 'string' ? 'unknown-value' : 'wrong-type'
      context.issues.push({
        code: 'custom',
        input: value,
        message: parsed.message,
        params: { code, hint: parsed.hint },
      })
      return z.NEVER
    })
    .meta({ description, type: 'string', pattern: '^1\\.\\d{1,2}$' })
    .register(SCALAR_TEXTS, { kind: 'a version in quotes', units: [], example: '"1.30"' })

function notQuoted(value: unknown) {
  return {
    ok: false,
    message: 'expected a version of Kubernetes as a text',
    hint:
      typeof value === 'number'
        ? `write it in quotes, as in "${meantBy(value)}"; without quotes, YAML reads 1.30 as the number 1.3`
        : 'write it like "1.30"',
  } as const
}

/** Returns the version that a number probably stands for: 1.3 was most likely written as 1.30. */
function meantBy(number: number): string {
  const text = String(number)
  const minor = Number(/^1\.(\d{1,2})$/.exec(text)?.[1] ?? 30)
  return `1.${minor < OLDEST_MINOR ? minor * 10 : minor}`
}
