import { ACKNOWLEDGEMENTS } from './descriptions/acknowledgements.ts'
import { DELIVERIES } from './descriptions/deliveries.ts'
import { ENDINGS } from './descriptions/endings.ts'
import { HANDSHAKES } from './descriptions/handshakes.ts'
import { LOSSES } from './descriptions/losses.ts'
import { WINDOWS } from './descriptions/windows.ts'
import type { KernelTrace } from './kernel-trace.ts'

export const ALL_TRACES: readonly KernelTrace[] = [
  ...HANDSHAKES,
  ...DELIVERIES,
  ...LOSSES,
  ...ACKNOWLEDGEMENTS,
  ...WINDOWS,
  ...ENDINGS,
]
