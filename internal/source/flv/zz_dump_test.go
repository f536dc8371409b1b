package flv
import ("testing";"context";"os";"fmt";"time"
"github.com/dashwright/dashwright/internal/media"
"github.com/dashwright/dashwright/internal/source/demux")
type sk struct{ s map[int][]media.Sample; restarts int; keep bool; n int}
func (k *sk) Samples(t int, s []media.Sample) error { k.n+=len(s); if k.keep {k.s[t]=append(k.s[t],s...)}; return nil }
func (k *sk) Cues(int, []media.Cue) error {return nil}
func (k *sk) Restart(){k.restarts++; k.s=map[int][]media.Sample{}}
func TestDump(t *testing.T){
 p:=os.Getenv("F"); f,_:=os.Open(p); st,_:=f.Stat()
 for i:=0;i<4;i++{
 k:=&sk{s:map[int][]media.Sample{},keep:i==3}
 t0:=time.Now()
 r,err:=Scan(context.Background(),demux.File{f,st.Size()},k)
 fmt.Println(time.Since(t0),err,k.n,k.restarts)
 if i==3 { for j,tr:=range r.Tracks{ fmt.Printf("%+v\n",tr); for q,s:=range k.s[j]{ if q<8||q>len(k.s[j])-3{fmt.Printf("  %d %+v\n",q,s)}}}; fmt.Println(r.Title,r.Warnings)}
 }
}
