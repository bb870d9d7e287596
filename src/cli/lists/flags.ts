import { flagsOf } from '../../cluster/flags/flag.ts'
import { PROGRAMS } from '../../cluster/flags/programs.ts'
import { describeFlag } from '../../scenario/schema/flag-text.ts'
import type { List } from './list.ts'
import { wrap } from './wrap.ts'

export const flags: List = {
  meaning: 'flags of Kubernetes',
  noun: 'flag of Kubernetes',
  values: described,
  items: (columns) =>
    described().map(({ program, name, description }) => ({
      name,
      text: `  ${program} ${name}\n${wrap(description, 4, columns)}`,
    })),
}

function described(): { readonly program: string; readonly name: string; readonly description: string }[] {
  return Object.entries(PROGRAMS).flatMap(([program, registry]) =>
    flagsOf(registry).map(([, flag]) => ({ program, name: flag.name, description: describeFlag(flag) })),
  )
}
