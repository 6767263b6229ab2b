/** @import { Controls } from '../src/console.api.js' */
import { showBooks } from './books.js'
import { onAnswer } from './control.js'
import { showControls } from './controls.js'
import { announce, find, sayState } from './elements.js'
import { timeOfDay } from './format.js'
import { glanceAt, glanceAtControls } from './glance.js'
import { followLive } from './live-stream.js'
import { onSchemeChange } from './palette.js'
import { PanelView } from './panel-view.js'
import { sagaPanels, trafficPanels } from './panels.js'
import { SampleHistory } from './sample-history.js'
import { addDecision, replaceDecisions, showFacts } from './scaler-log.js'

const history = new SampleHistory()
/** @type {number | undefined} */
let pointedAt
/** What the next frame has to show anew: the time that is pointed at, or the charts too. @type {'nothing' | 'pointer' | 'all'} */
let stale = 'nothing'

const views = [
  ...trafficPanels.map((panel) => new PanelView(panel, find(document, '.four'), point)),
  ...sagaPanels.map((panel) => new PanelView(panel, find(document, '.three'), point)),
]
const connection = find(document, '#connection')
const lost = find(document, '#lost')

onSchemeChange(() => showSoon('all'))
onAnswer(apply)
followLive('/api/live', {
  start({ controls, scaler, samples, decisions }) {
    if (!lost.hidden) announce('Connected to the console again.')
    lost.hidden = true
    sayState(connection, 'good', 'Live')
    apply(controls)
    showFacts(scaler)
    replaceDecisions(decisions)
    history.replace(samples)
    showLatest()
  },
  sample(sample) {
    history.add(sample)
    showLatest()
  },
  decision: addDecision,
  controls: apply,
  lost() {
    sayState(connection, 'bad', 'Connection lost')
    lost.hidden = false
    lost.textContent = `The connection to the console was lost at ${timeOfDay(Date.now())}. What is shown is from before. Trying again…`
  },
})

/** @param {Controls} controls */
function apply(controls) {
  showControls(controls)
  glanceAtControls(controls)
}

function showLatest() {
  const { latest } = history
  if (latest) {
    glanceAt(latest)
    showBooks(latest.books)
  }
  showSoon('all')
}

/** @param {number | undefined} time */
function point(time) {
  if (time === pointedAt) return
  pointedAt = time
  showSoon('pointer')
}

/** Once in the next frame, however often it is asked for; a page that nobody sees has none. @param {'pointer' | 'all'} what */
function showSoon(what) {
  const isAsked = stale !== 'nothing'
  if (stale !== 'all') stale = what
  if (isAsked) return
  requestAnimationFrame(() => {
    for (const view of views) {
      if (stale === 'all') view.draw(history)
      view.point(history, pointedAt)
    }
    stale = 'nothing'
  })
}
