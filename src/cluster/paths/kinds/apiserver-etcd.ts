import type { ReservedPathKind } from '../path-kind.ts'

export const apiserverEtcd = {
  name: 'apiserver-etcd',
  modelled: false,
  letters: '',
  explanation: 'The apiserver talks to etcd.',
} as const satisfies ReservedPathKind
