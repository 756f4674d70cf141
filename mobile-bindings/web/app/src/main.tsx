// The way in: which screen the address names, once the vault is open.
import { began } from './begin';
import './styles/base.css';
import './styles/frame.css';
import './styles/parts.css';
import './styles/form.css';
import { render } from 'preact';
import './look';
import { keepOffline } from './installed';
import { arrivals, path } from './router';
import { device, native, phase } from './session';
import { ActsScreen, DuplicatesScreen } from './screens/acts';
import { BackupScreen } from './screens/backup';
import { CarryScreen } from './screens/carry';
import { ConflictsScreen } from './screens/conflicts';
import { DevicesScreen } from './screens/devices';
import { Join } from './screens/join';
import { ListScreen } from './screens/list';
import { MoreScreen } from './screens/more';
import { OpenScreen } from './screens/open';
import { ProofScreen } from './screens/proof';
import { RecordScreen } from './screens/record';
import { ReportScreen } from './screens/report';
import { SyncScreen } from './screens/sync';
import { Today } from './screens/today';
import { WatchScreen } from './screens/watch';
import { ChooseKind, WriteNew, WriteOn } from './screens/write';
import { wide } from './wide';

function App() {
  if (phase.value !== 'open') return <OpenScreen />;
  const [screen = 'today', one, two] = path.value;
  if (device.value?.enrolled !== true) return screen === 'more' ? <MoreScreen /> : screen === 'sync' ? <SyncScreen /> : <Join />;
  switch (screen) {
    case 'write':
      return one === 'new' && two !== undefined ? <WriteNew key={`${two} ${arrivals.value}`} kind={two} /> : one !== undefined ? <WriteOn key={one} id={one} /> : <ChooseKind />;
    case 'records':
      return one !== undefined && !wide.value ? <RecordScreen key={one} id={one} /> : <ListScreen key="records" />;
    case 'inbox':
      return one !== undefined && !wide.value ? <RecordScreen key={one} id={one} /> : <ListScreen key="inbox" inbox />;
    case 'conflicts':
      return <ConflictsScreen />;
    case 'duplicates':
      return <DuplicatesScreen />;
    case 'sync':
      return <SyncScreen />;
    case 'carry':
      return <CarryScreen />;
    case 'backup':
      return <BackupScreen />;
    case 'report':
      return <ReportScreen />;
    case 'watch':
      return <WatchScreen />;
    case 'proof':
      return <ProofScreen />;
    case 'devices':
      return <DevicesScreen />;
    case 'acts':
      return <ActsScreen />;
    case 'more':
      return <MoreScreen />;
    default:
      return <Today />;
  }
}

const root = document.getElementById('app');
if (root !== null) {
  root.replaceChildren();
  render(<App />, root);
}
// On an office computer the program itself has the files.
void began.then(() => (native.value ? undefined : keepOffline()));
