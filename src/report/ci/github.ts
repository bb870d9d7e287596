import type { CiLog } from './ci-output.ts'
import { githubAnnotations, githubError } from './github-annotations.ts'
import { jobSummary } from './job-summary.ts'

export const github: CiLog = {
  kind: 'log',
  meaning: 'also print annotations for GitHub Actions, and write a job summary',
  content: 'Annotations at the lines of the scenario, also for scenarios that are invalid, and the job summary.',
  commands: githubAnnotations,
  problem: githubError,
  summary: { variable: 'GITHUB_STEP_SUMMARY', write: jobSummary },
}
