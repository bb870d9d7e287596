import type { Place } from './origin.ts'

/** A certificate of a real cluster, as far as it concerns the paths. */
export interface ImportCertificate {
  readonly at: Place
  /** Distinguished names, such as `CN=kubernetes`. */
  readonly subject: string
  readonly issuer: string
  readonly cn: string
  readonly sans: readonly string[]
  readonly isCa: boolean
  readonly usages: readonly ('server' | 'client')[]
  /** False if it names no usages, so that it is good for all. */
  readonly hasUsages: boolean
  /** Seconds since 1970. */
  readonly notBeforeS: number
  readonly notAfterS: number
}
