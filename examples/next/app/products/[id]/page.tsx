import Verdict from '../../verdict.tsx';

export const generateStaticParams = () => [{ id: '3' }];

export default function Page() {
  return <Verdict />;
}
