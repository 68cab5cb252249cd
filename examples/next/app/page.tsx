import Verdict from './verdict.tsx';

export default function Page() {
  return <Verdict />;
}
