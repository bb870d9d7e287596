import { APISERVER_FLAGS } from '../../cluster/flags/apiserver-flags.ts'
import { flagsOf, stateAt } from '../../cluster/flags/flag.ts'
import {
  DEFAULT_VERSION,
  type KubernetesVersion,
  kubernetesVersion,
  NEWEST_MINOR,
  OLDEST_MINOR,
} from '../../cluster/versions/kubernetes-version.ts'
import type { Evidence } from '../evidence.ts'
import { assumed, type Place, type Sourced, written } from '../origin.ts'
import { isApiserverBoolean } from '../programs/flag-kinds.ts'
import { readFlags } from '../programs/flag-syntax.ts'
import type { ImportOptions } from './context.ts'

/** Returns the minor release in a text such as `v1.29.3+k3s1` or an image name; null for none. */
export function minorIn(text: string): number | null {
  const found = /(?:^|[:v_])v?1\.(\d{1,3})(?:\.\d+|$)/.exec(text)
  return found === null ? null : Number(found[1])
}

/** Returns the version of the apiserver, from its image or kubeadm, otherwise the version of the kubelets. */
export function versionOf(evidence: Evidence, { kubernetes }: ImportOptions): Sourced<KubernetesVersion> {
  const ofOption = kubernetes === undefined ? null : minorIn(kubernetes)
  if (ofOption !== null)
    return { value: clamped(ofOption), origin: { kind: 'assumed', why: 'the option --kubernetes' } }
  const said = saidVersions(evidence)
  const first = said[0]
  if (first === undefined) {
    const newest = newestWith(evidence)
    const { text } = newest?.value ?? DEFAULT_VERSION
    evidence.note({
      kind: 'unknown',
      at: newest?.at ?? null,
      message: `the version of Kubernetes; ${text} is taken${newest === null ? '' : `, which is the newest that has --${newest.flag}`}`,
      consequence: 'defaults depend on it: add `kubectl get nodes -o yaml`, or give --kubernetes',
    })
    return newest === null
      ? assumed(DEFAULT_VERSION, 'no file has the version')
      : written(newest.value, newest.at, `no file has the version; it is the newest with --${newest.flag}`)
  }
  const version = clamped(first.value)
  if (version.minor !== first.value)
    evidence.note({
      kind: 'unmodelled',
      at: first.origin.kind === 'written' ? first.origin.at : null,
      message: `Kubernetes 1.${first.value}; ${version.text} is taken`,
    })
  return { value: version, origin: first.origin }
}

/** Returns the newest release that has every flag of the apiservers, if it is older than the assumed release. */
function newestWith({ runs }: Evidence): { value: KubernetesVersion; flag: string; at: Place } | null {
  const flags = runs
    .filter(({ program }) => program === 'kube-apiserver')
    .flatMap(({ words }) => readFlags(words, isApiserverBoolean))
  const known = flagsOf(APISERVER_FLAGS).map(([, flag]) => flag)
  const bounds = flags.flatMap(({ name, value, at }) => {
    const flag = known.find((one) => one.name === name)
    if (flag === undefined) return []
    for (let minor = DEFAULT_VERSION.minor; minor >= OLDEST_MINOR; minor--) {
      const state = stateAt(flag, kubernetesVersion(minor))
      // A flag without any effect is refused with most values.
      if (state === 'present' || (state === 'inert' && value === '0'))
        return [{ value: kubernetesVersion(minor), flag: name, at }]
    }
    return []
  })
  const [oldest] = bounds.toSorted((a, b) => a.value.minor - b.value.minor)
  return oldest === undefined || oldest.value.minor === DEFAULT_VERSION.minor ? null : oldest
}

/** Lists the versions that the files indicate for the apiserver, the most reliable first. */
function saidVersions({ runs, versions, nodes }: Evidence): Sourced<number>[] {
  const images = runs.flatMap(({ program, image, at }) => {
    const minor = program === 'kube-apiserver' && image !== null ? minorIn(image.replace(/@.*$/, '')) : null
    return minor === null ? [] : [written(minor, at, 'the image')]
  })
  const said = versions.flatMap(({ value, origin }) => {
    const minor = minorIn(value)
    return minor === null ? [] : [{ value: minor, origin }]
  })
  const kubelets = nodes
    .flatMap(({ kubeletVersion }) => {
      const minor = kubeletVersion === null ? null : minorIn(kubeletVersion.value)
      return minor === null ? [] : [{ value: minor, origin: kubeletVersion!.origin }]
    })
    .sort((a, b) => b.value - a.value)
  return [...images, ...said, ...kubelets]
}

function clamped(minor: number): KubernetesVersion {
  return kubernetesVersion(Math.max(OLDEST_MINOR, Math.min(NEWEST_MINOR, minor)))
}
