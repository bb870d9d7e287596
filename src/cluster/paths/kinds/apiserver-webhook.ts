import type { ReservedPathKind } from '../path-kind.ts'

export const apiserverWebhook = {
  name: 'apiserver-webhook',
  modelled: false,
  letters: '',
  explanation: 'The apiserver calls an admission or authorization webhook.',
} as const satisfies ReservedPathKind
