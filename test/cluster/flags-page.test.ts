import { describe, expect, it } from 'vitest'
import { type Flag, flagsOf } from '../../src/cluster/flags/flag.ts'
import type { FlagKind } from '../../src/cluster/flags/flag-kind.ts'
import { PROGRAMS } from '../../src/cluster/flags/programs.ts'
import { describeFlag } from '../../src/scenario/schema/flag-text.ts'
import { flagRows, lineOf } from './version-rows.ts'

describe('the page of flags', () => {
  it('the page of flags is up to date (npx vitest run test/cluster/flags-page.test.ts -u writes it)', async () => {
    await expect(page()).toMatchFileSnapshot('../../docs/models/kubernetes-flags.md')
  })
})

function page(): string {
  return `# Flags of Kubernetes

This page is generated from \`src/cluster/flags/\` (\`npx vitest run test/cluster/flags-page.test.ts -u\`). A scenario writes flags under \`cluster.apiserver.flags\`, \`cluster.controller-manager.flags\` and \`cluster.kubelet.flags\`, without the two dashes, and fields of a kubelet's configuration file under \`cluster.kubelet.config\`. Refusals and the abbreviations of sources are in [kubernetes-versions.md](kubernetes-versions.md).

${Object.entries(PROGRAMS).map(programSection).join('\n')}
## Releases

A default or a state holds from the first release of its row to the last. \`inert\`: the release takes the flag, but only with the value that does nothing, or without effect; \`unmodelled\`: what it does in that release is not modelled yet; \`known\`: the items of a list that the release knows.

| what | releases | value | source |
|---|---|---|---|
${flagRows().map(lineOf).join('\n')}
`
}

function programSection([program, flags]: [string, (typeof PROGRAMS)[string]]): string {
  const rows = flagsOf(flags).map(([, flag]) => `| ${namesOf(flag)} | ${kindText(flag.kind)} | ${describeFlag(flag)} |`)
  return `## ${program}\n\n| name | takes | what it does |\n|---|---|---|\n${rows.join('\n')}\n`
}

function namesOf({ name, also }: Flag): string {
  return also === undefined ? `\`${name}\`` : `\`${name}\`, \`--${also.name}\``
}

function kindText({ name, refersTo, list }: FlagKind): string {
  if (refersTo !== undefined) return `the name of a ${refersTo === 'ca' ? 'CA' : refersTo}`
  return list === undefined ? name : `a list of ${list.items.join(', ')}`
}
