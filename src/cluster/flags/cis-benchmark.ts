import { namesOf } from '../../engine/registry.ts'
import { NEWEST_MINOR, OLDEST_MINOR } from '../versions/kubernetes-version.ts'
import { over, type Steps, stepAt } from '../versions/version-steps.ts'
import type { KubeBenchTest } from './kube-bench-test.ts'

/** A check of the CIS Kubernetes Benchmark that concerns a flag. */
export interface CisCheck {
  /** The value or list item of the flag that the check is about; absent if it is about the whole flag. */
  readonly about?: string
  /** The number of the check, which moves between editions; null in editions without it. */
  readonly numbers: Steps<string | null>
  /** The number in the benchmarks of EKS, GKE and AKS, which have only checks of nodes. Default: none. */
  readonly managed?: string
  /** The test by which kube-bench decides it. */
  readonly test: KubeBenchTest
  /** True if kube-bench reports WARN instead of FAIL when the test does not pass (`scored: false`). */
  readonly isManual: Steps<boolean>
}

const SOURCE = 'aquasecurity/kube-bench a73ce37 cfg/config.yaml and cfg/cis-*/'

/** The edition for each release of Kubernetes; there is none for releases before 1.15. */
const EDITIONS: Steps<string | null> = fromMinor<string | null>(
  {
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
  },
  null,
)

interface CheckOptions {
  readonly about?: string
  readonly managed?: string
  /** True from a minor release on if the editions for it and later ones call the check manual. Default: never. */
  readonly manual?: Readonly<Record<number, boolean>>
}

/** Makes a check from its numbers. Each number has the first minor release of Kubernetes whose edition uses it. */
export function cisCheck(
  numbers: Readonly<Record<number, string | null>>,
  test: KubeBenchTest,
  { about, managed, manual = {} }: CheckOptions = {},
): CisCheck {
  return {
    numbers: fromMinor(numbers, null),
    test,
    isManual: fromMinor(manual, false),
    ...(about === undefined ? {} : { about }),
    ...(managed === undefined ? {} : { managed }),
  }
}

function fromMinor<T>(values: Readonly<Record<number, T>>, before: T): Steps<T> {
  const steps = Object.entries(values).map(([minor, value]) => [Number(minor), value, SOURCE] as const)
  return over([OLDEST_MINOR, before, SOURCE], ...steps)
}

/** The platforms for which kube-bench has benchmarks of their own, and `other` for the CIS Kubernetes Benchmark. */
export type BenchmarkPlatform = keyof typeof PLATFORMS

/** A benchmark of kube-bench: the name of its folder, and the Kubernetes release whose numbering it has. */
export interface Benchmark {
  readonly name: string
  /** Null for a benchmark of a managed cluster, which has its own numbering. */
  readonly minor: number | null
}

/** The benchmarks by platform and minor release (kube-bench cmd/util.go, eksBenchmark to rke2Benchmark). */
const PLATFORMS = {
  eks: managed({ 15: 'eks-1.0.1', 20: 'eks-1.5.0', 29: 'eks-1.7.0', 32: 'eks-1.8.0' }),
  gke: managed({ 15: 'gke-1.0', 20: 'gke-1.2.0', 28: 'gke-1.6.0', 30: 'gke-1.8.0', 31: 'gke-1.9.0' }),
  aks: managed({ 19: 'aks-1.0', 25: 'aks-1.8', 29: 'aks-1.7', 32: 'aks-1.8' }),
  k3s: numbered({
    22: [23, 'k3s-cis-1.23'],
    24: [24, 'k3s-cis-1.24'],
    25: [25, 'k3s-cis-1.7'],
    26: [26, 'k3s-cis-1.8'],
    27: [27, 'k3s-cis-1.9'],
  }),
  rke2: numbered({
    23: [23, 'rke2-cis-1.23'],
    24: [23, 'rke2-cis-1.24'],
    25: [25, 'rke2-cis-1.7'],
    26: [26, 'rke2-cis-1.8'],
  }),
  other: (minor: number): Benchmark | null => {
    const { value } = stepAt(EDITIONS, minor)
    return value === null ? null : { name: `cis-${value}`, minor }
  },
} satisfies Readonly<Record<string, (minor: number) => Benchmark | null>>

function managed(names: Readonly<Record<number, string>>) {
  const steps = fromMinor<string | null>(names, null)
  return (minor: number): Benchmark | null => {
    const { value } = stepAt(steps, minor)
    return value === null ? null : { name: value, minor: null }
  }
}

function numbered(names: Readonly<Record<number, readonly [minor: number, name: string]>>) {
  const steps = fromMinor<readonly [minor: number, name: string] | null>(names, null)
  return (minor: number): Benchmark | null => {
    const { value } = stepAt(steps, minor)
    return value === null ? null : { name: value[1], minor: value[0] }
  }
}

/** Returns the benchmark that kube-bench runs on a platform; null if it has none for the release. */
export function benchmarkOn(platform: BenchmarkPlatform, minor: number): Benchmark | null {
  return PLATFORMS[platform](minor)
}

/** The benchmarks that kube-bench has for any release, by name. */
const BY_NAME = new Map(
  namesOf(PLATFORMS).flatMap((platform) =>
    Array.from({ length: NEWEST_MINOR - OLDEST_MINOR + 1 }, (_, i) => benchmarkOn(platform, OLDEST_MINOR + i)).flatMap(
      (benchmark) => (benchmark === null ? [] : [[benchmark.name, benchmark] as const]),
    ),
  ),
)

/**
 * Returns the benchmark with a name such as `cis-1.11`; null if its numbering is not known. Variants share the
 * numbering: those with a patch version, and those of Rancher (rancher/security-scan), such as
 * `rke2-cis-1.23-hardened`.
 */
export function benchmarkNamed(name: string): Benchmark | null {
  const plain = name.replace(/-(?:hardened|permissive|k8s)$/, '')
  return (
    BY_NAME.get(name) ??
    BY_NAME.get(plain) ??
    BY_NAME.get(plain.replace(/^((?:[a-z0-9]+-)*cis-\d+\.\d+)\.\d+$/, '$1')) ??
    null
  )
}

/** Returns the number of a check in a benchmark, and whether it is manual; null if the benchmark does not have it. */
export function numberIn(
  { numbers, managed, isManual }: CisCheck,
  { minor }: Benchmark,
): { readonly number: string; readonly isManual: boolean } | null {
  if (minor === null) return managed === undefined ? null : { number: managed, isManual: false }
  const { value: number } = stepAt(numbers, minor)
  return number === null ? null : { number, isManual: stepAt(isManual, minor).value }
}

/**
 * Returns a check's number and edition for a minor release of Kubernetes: `1.2.5` of `cis-1.11`; null if there is none.
 */
export function cisNumber(
  check: CisCheck,
  minor: number,
): { readonly number: string; readonly edition: string } | null {
  const benchmark = benchmarkOn('other', minor)
  const found = benchmark === null ? null : numberIn(check, benchmark)
  return benchmark === null || found === null ? null : { number: found.number, edition: benchmark.name }
}

/** The number of the manual check about access to nodes/proxy, by the first release whose edition uses it. */
const PROXY_NUMBERS = fromMinor<string | null>({ 25: '5.1.10' }, null)

/** Returns the number of the check about access to nodes/proxy; null in a benchmark without it. */
export function cisNumberOfProxy({ minor }: Benchmark): string | null {
  return minor === null ? null : stepAt(PROXY_NUMBERS, minor).value
}
