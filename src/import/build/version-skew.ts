import { type Place, placeText } from '../origin.ts'
import type { BuildContext } from './context.ts'
import { minorIn } from './version.ts'

/**
 * The first release in which kubelets may be three minor releases older than the apiserver (KEP-3935). Before, it was
 * two.
 */
const FIRST_OF_THREE = 28

/** Returns how many minor releases a kubelet may be older than the apiserver. */
function oldestBy(minor: number): number {
  return minor >= FIRST_OF_THREE ? 3 : 2
}

/**
 * Reports kubelets that are newer than the apiserver or too old for it, and apiservers more than one minor release
 * apart. kubernetes.io/releases/version-skew-policy supports neither.
 */
export function noteVersionSkew(context: BuildContext): void {
  noteKubelets(context)
  noteApiservers(context)
}

function noteKubelets(context: BuildContext): void {
  const { minor: own, text } = context.version
  const oldest = own - oldestBy(own)
  const kubelets = context.evidence.nodes.flatMap(({ name, kubeletVersion }) => {
    const minor = kubeletVersion === null ? null : minorIn(kubeletVersion.value)
    const { origin } = kubeletVersion ?? {}
    return minor === null || origin?.kind !== 'written' ? [] : [{ name, minor, at: origin.at }]
  })
  const report = (found: readonly { name: string; minor: number; at: Place }[], how: string) => {
    const [first] = found
    if (first === undefined) return
    const names = found.slice(0, 3).map(({ name, minor }) => `${name} (1.${minor})`)
    const more = found.length > names.length ? ` and ${found.length - names.length} more` : ''
    context.note({
      kind: 'contradiction',
      at: first.at,
      message: `kubelets ${how}: ${names.join(', ')}${more}; the apiserver is ${text}`,
      consequence:
        'Kubernetes supports no such versions together; the scenario has each kubelet in its own version, as if it worked',
    })
  }
  report(
    kubelets.filter(({ minor }) => minor > own),
    'are newer than the apiserver',
  )
  report(
    kubelets.filter(({ minor }) => minor < oldest),
    `are more than ${oldestBy(own) === 3 ? 'three' : 'two'} minor releases older than the apiserver`,
  )
}

function noteApiservers(context: BuildContext): void {
  const known = context.runsOf('kube-apiserver').flatMap(({ image, at }) => {
    const minor = image === null ? null : minorIn(image.replace(/@.*$/, ''))
    return minor === null ? [] : [{ minor, at }]
  })
  const [first, ...others] = known.toSorted((a, b) => a.minor - b.minor)
  const last = others.at(-1)
  if (first === undefined || last === undefined || last.minor === first.minor) return
  const isTooFar = last.minor - first.minor > 1
  context.note({
    kind: 'contradiction',
    at: last.at,
    message: `this apiserver is 1.${last.minor}, and that of ${placeText(first.at)} is 1.${first.minor}`,
    consequence: `${isTooFar ? 'Kubernetes supports one minor release between them; ' : ''}the scenario has one apiserver, of ${context.version.text}`,
  })
}
