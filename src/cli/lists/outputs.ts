import { mapEntries, namesOf } from '../../engine/registry.ts'
import type { CiOutput } from '../../report/ci/ci-output.ts'
import { CI_OUTPUTS } from '../../report/formats.ts'
import { optionName } from '../options/option-name.ts'
import { listOfTexts } from './list.ts'

const OUTPUTS = mapEntries<keyof typeof CI_OUTPUTS, CiOutput, CiOutput>(CI_OUTPUTS, (output) => output)

export const outputs = listOfTexts(
  'output',
  'outputs for CI systems, by their options',
  () =>
    namesOf(OUTPUTS).map((name) => ({
      name: optionName(name),
      kind: OUTPUTS[name].kind,
      content: OUTPUTS[name].content,
    })),
  ({ kind, content }) => `${kind === 'file' ? 'A file: ' : 'In the log: '}${content}`,
)
