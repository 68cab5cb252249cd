"""Writes the fixtures of src/pytorch/read.test.ts: python make-pytorch-fixtures.py OUTPUT_FOLDER (PyTorch 2)."""
import torch, collections, sys, json
out = sys.argv[1] + '/'
g=torch.Generator().manual_seed(3)
base=torch.randn(6,4,generator=g)
sd=collections.OrderedDict()
sd['albert.embeddings.LayerNorm.gamma']=torch.randn(4,generator=g)
sd['albert.pooler.weight']=base
sd['albert.pooler.transposed']=base.t()
sd['albert.pooler.sliced']=base[1:5:2,1:3]
sd['albert.half']=torch.randn(3,5,generator=g).half()
sd['albert.brain']=torch.randn(3,generator=g).bfloat16()
sd['albert.embeddings.position_ids']=torch.arange(7)[None]
sd['predictions.decoder.weight']=base
sd['scalar']=torch.tensor(2.5)
sd['empty']=torch.zeros(0,3)
sd['parameter']=torch.nn.Parameter(torch.randn(2,2,generator=g))
m=torch.nn.Linear(2,2)
torch.save(sd,out+'zip.bin')
torch.save(sd,out+'legacy.bin',_use_new_zipfile_serialization=False)
torch.save({'epoch':3,'lr':1e-4,'note':'x','big':2**70,'flag':True,'state_dict':sd},out+'nested.pt')
torch.save(m,out+'module.pt')
msd=m.state_dict(); torch.save(msd,out+'with-metadata.pt')
exp={k:{'shape':list(v.shape),'values':v.detach().float().flatten().tolist()} for k,v in sd.items()}
exp2={k:{'shape':list(v.shape),'values':v.detach().float().flatten().tolist()} for k,v in msd.items()}
json.dump({'state':exp,'metadata':exp2},open(out+'expected.json','w'))
