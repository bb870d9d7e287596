import { namesOf } from '../../engine/registry.ts'
import { WORKLOAD_KINDS } from '../../workload/workload-kind.ts'
import { listOfTexts } from './list.ts'

export const workloads = listOfTexts(
  'kind of workload',
  'kinds of workloads',
  () => namesOf(WORKLOAD_KINDS).map((name) => ({ name, meaning: WORKLOAD_KINDS[name] })),
  ({ meaning }) => meaning,
)
