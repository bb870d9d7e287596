import type { Change, FlagChange } from './change.ts'

/**
 * Describes a change as an instruction.
 * @param sections the number of sections that configure kubelets
 */
export function changeText(change: Change, sections: number): string {
  if (change.kind !== 'flag') return ACTIONS[change.kind]
  const { program, flag, value, places } = change
  if (program === 'kube-apiserver') return `kube-apiserver: --${places[0].name}=${String(value)}`
  const names = [...new Set(places.map(({ name, isFlag }) => (isFlag ? `--${name}=` : `${name}: `)))]
  return `kubelets${poolsText(change, sections)}: ${names.map((name) => `${name}${String(value)}`).join(' or ')}${noteOf(flag.name)}`
}

const ACTIONS: Readonly<Record<'approver' | 'certificates', string>> = {
  approver:
    'install an approver for the requests of kubelets for serving certificates (signer kubernetes.io/kubelet-serving)',
  certificates:
    'give every kubelet a serving certificate of the cluster CA, with the address that the apiserver dials as SAN (--tls-cert-file, --tls-private-key-file)',
}

/** Returns a short name of a change, used in orders of changes. */
export function changeName(change: Change): string {
  if (change.kind !== 'flag') return `the ${change.kind}`
  return change.program === 'kube-apiserver' ? `--${change.places[0].name}` : change.places[0].name
}

/** Returns the steps that a kubelet needs in addition to the field. */
function noteOf(name: string): string {
  return name === 'serverTLSBootstrap'
    ? ', and a restart: each requests a certificate with its host name and addresses as SAN'
    : ''
}

function poolsText({ places }: FlagChange, sections: number): string {
  return places.length === sections ? '' : ` of ${places.flatMap(({ pools }) => pools).join(', ')}`
}
