import { value } from './option.ts'
import { size } from './values.ts'

export const maxMemory = value(
  '<size>',
  'stop a run when the state of the simulation needs more memory than this, such as 4GiB (exit code 7; default: 2GiB)',
  size,
)
