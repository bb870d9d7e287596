import { attacks } from './lists/attacks.ts'
import { congestion } from './lists/congestion.ts'
import { cpu } from './lists/cpu.ts'
import { flags } from './lists/flags.ts'
import { links } from './lists/links.ts'
import type { List } from './lists/list.ts'
import { paths } from './lists/paths.ts'
import { presets } from './lists/presets.ts'
import { roles } from './lists/roles.ts'
import { techniques } from './lists/techniques.ts'
import { vantages } from './lists/vantages.ts'

/** The lists that `onpath list` prints, in this order. */
export const LISTS = {
  paths,
  links,
  presets,
  attacks,
  techniques,
  vantages,
  roles,
  cpu,
  congestion,
  flags,
} satisfies Readonly<Record<string, List>>
