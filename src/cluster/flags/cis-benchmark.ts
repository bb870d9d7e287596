import { OLDEST_MINOR } from '../versions/kubernetes-version.ts'
import { over, type Steps, stepAt } from '../versions/version-steps.ts'

/** A check of the CIS Kubernetes Benchmark that concerns a flag. */
export interface CisCheck {
  /** The value or item of the flag that the check is about; absent where it is about the flag as a whole. */
  readonly about?: string
  /** The number of the check, which moves between editions; null in editions without it. */
  readonly numbers: Steps<string | null>
}

const SOURCE = 'aquasecurity/kube-bench a73ce37 cfg/config.yaml and cfg/cis-*/'

/** The edition for each release of Kubernetes; there is none for releases before 1.15. */
const EDITIONS: Steps<string | null> = fromMinor({
  15: '1.5',
  16: '1.6',
  19: '1.20',
  22: '1.23',
  24: '1.24',
  25: '1.7',
  26: '1.8',
  27: '1.9',
  28: '1.10',
  29: '1.11',
  32: '1.12',
})

/** Makes a check from its numbers, by the first minor release of Kubernetes for whose edition each holds. */
export function cisCheck(numbers: Readonly<Record<number, string | null>>, about?: string): CisCheck {
  return { numbers: fromMinor(numbers), ...(about === undefined ? {} : { about }) }
}

function fromMinor(values: Readonly<Record<number, string | null>>): Steps<string | null> {
  const steps = Object.entries(values).map(([minor, value]) => [Number(minor), value, SOURCE] as const)
  return over([OLDEST_MINOR, null, SOURCE], ...steps)
}

/** Returns a check's number and edition for a minor release of Kubernetes: `1.2.5` of `cis-1.11`; null without one. */
export function cisNumber(
  { numbers }: CisCheck,
  minor: number,
): { readonly number: string; readonly edition: string } | null {
  const { value: edition } = stepAt(EDITIONS, minor)
  const { value: number } = stepAt(numbers, minor)
  return edition === null || number === null ? null : { number, edition: `cis-${edition}` }
}
