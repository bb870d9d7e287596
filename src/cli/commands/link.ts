import { basename } from 'node:path'
import { stringify } from 'yaml'
import { fragmentOf } from '../../report/link/page-link.ts'
import { loadScenario } from '../../scenario/load.ts'
import { EXIT } from '../exit-code.ts'
import { readScenarios, readSource, showProblems } from '../input/read-scenarios.ts'
import { text } from '../options/option.ts'
import { SCENARIO_OPTIONS } from '../options/scenario-options.ts'
import type { Command } from './command.ts'

const NOTES = `
The link holds the whole scenario; nothing is stored anywhere. Without --page only its fragment is printed, which
belongs behind the address of a page that \`npm run page\` has built.

Examples:
  onpath link scenarios/first-steps.yaml --page https://example.org/onpath/
  onpath link scenarios/presets/kubeadm-default.yaml --attack unchecked-kubelet`

const OPTIONS = {
  ...SCENARIO_OPTIONS,
  page: text('<address>', 'the address of the page'),
}

export const link: Command<readonly [file: string], typeof OPTIONS> = {
  arguments: [{ syntax: '<file>', meaning: 'a scenario file; - means standard input' }],
  options: OPTIONS,
  notes: NOTES,
  async run([file], options, { io, exit }) {
    const read = await readScenarios([file], options, io)
    const [{ loaded }] = read
    if (!loaded.ok) {
      showProblems(read, io)
      return exit(EXIT.invalidScenario)
    }
    const source = await readSource(file, io)
    const isAsWritten = options.seed === undefined && options.set.length === 0 && options.attack.length === 0
    // A page reads no files, so bases and attacks in other files are written out.
    const hasAll = isAsWritten && file !== '-' && loadScenario({ file, text: source.text }).ok
    const content = hasAll ? source.text : stringify(loaded.document, { lineWidth: 0 })
    const fragment = await fragmentOf({ file: basename(file === '-' ? 'scenario.yaml' : file), text: content })
    io.out(`${options.page ?? ''}#${fragment}\n`)
  },
}
