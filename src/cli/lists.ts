import { attacks } from './lists/attacks.ts'
import { codes } from './lists/codes.ts'
import { columns } from './lists/columns.ts'
import { congestion } from './lists/congestion.ts'
import { cpu } from './lists/cpu.ts'
import { exits } from './lists/exits.ts'
import { flags } from './lists/flags.ts'
import { letters } from './lists/letters.ts'
import { links } from './lists/links.ts'
import type { List } from './lists/list.ts'
import { marks } from './lists/marks.ts'
import { middleboxes } from './lists/middleboxes.ts'
import { notices } from './lists/notices.ts'
import { outcomes } from './lists/outcomes.ts'
import { outputs } from './lists/outputs.ts'
import { parts } from './lists/parts.ts'
import { paths } from './lists/paths.ts'
import { policies } from './lists/policies.ts'
import { presets } from './lists/presets.ts'
import { roles } from './lists/roles.ts'
import { techniques } from './lists/techniques.ts'
import { vantages } from './lists/vantages.ts'
import { workloads } from './lists/workloads.ts'

/** The lists that `onpath list` prints, in this order. */
export const LISTS = {
  paths,
  letters,
  links,
  middleboxes,
  presets,
  workloads,
  attacks,
  techniques,
  vantages,
  roles,
  outcomes,
  marks,
  notices,
  policies,
  cpu,
  congestion,
  flags,
  columns,
  parts,
  outputs,
  codes,
  exits,
} satisfies Readonly<Record<string, List>>
