import type { ReservedPathKind } from '../path-kind.ts'

export const apiserverAggregated = {
  name: 'apiserver-aggregated',
  modelled: false,
  letters: '',
  explanation: 'The apiserver forwards requests to an aggregated apiserver.',
} as const satisfies ReservedPathKind
