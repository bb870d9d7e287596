import type { ReservedPathKind } from '../path-kind.ts'

export const apiserverEtcd = {
  name: 'apiserver-etcd',
  modelled: false,
  letters: '',
  explanation: 'The apiserver connects to etcd.',
} as const satisfies ReservedPathKind
