import {
  DEFAULT_VERSION,
  type KubernetesVersion,
  kubernetesVersion,
  NEWEST_MINOR,
  OLDEST_MINOR,
} from '../../cluster/versions/kubernetes-version.ts'
import type { Evidence } from '../evidence.ts'
import { assumed, type Sourced, written } from '../origin.ts'
import type { ImportOptions } from './context.ts'

/** Returns the minor release in a text such as `v1.29.3+k3s1` or an image; null where there is none. */
export function minorIn(text: string): number | null {
  const found = /(?:^|[:v_])v?1\.(\d{1,3})(?:\.\d+|$)/.exec(text)
  return found === null ? null : Number(found[1])
}

/** Returns the version of the apiserver: as its image or kubeadm says it, else that of the kubelets. */
export function versionOf(evidence: Evidence, { kubernetes }: ImportOptions): Sourced<KubernetesVersion> {
  const ofOption = kubernetes === undefined ? null : minorIn(kubernetes)
  if (ofOption !== null)
    return { value: clamped(ofOption), origin: { kind: 'assumed', why: 'the option --kubernetes' } }
  const said = saidVersions(evidence)
  const first = said[0]
  if (first === undefined) {
    const { text } = DEFAULT_VERSION
    evidence.note({
      kind: 'unknown',
      at: null,
      message: `the version of Kubernetes; ${text} is taken`,
      consequence: 'defaults depend on it: add `kubectl get nodes -o yaml`, or give --kubernetes',
    })
    return assumed(DEFAULT_VERSION, 'no file has the version')
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

/** Lists what the files say of the version of the apiserver, the best first. */
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
