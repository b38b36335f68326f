"""Files as version 0.1.0 wrote them, before layers had one form for the journal and for ORA."""

from __future__ import annotations

import base64
import json
from typing import Any

ORA = base64.b85decode(
    "P)h>@6aWAK00000Appmk@Qe@u000mG000O8003=iZDn+MaAj$2VP|D8Z*XO9a$$3HWpYqU0|XQR00000001EXV*u>t"
    "Pyhe`Pyhe`5&!@IWMOn+FKl6XWpXeuFfcA~ZfA*5PDc$28VUda01Zh<L{b0%00961009UF0000V6~u`E000L`L_t(|"
    "0b}|P1ONr}@2UU*00c=yK~xF_1OJ73dBy+$002ovPDHLkV1iIf0|XQR00000001EX!2qG)Qvd(}Qvd(}6951JY-wd~"
    "dT%dnVRLIRFfcJLaBgRbP)<h;3K|Lk000e1NJLTq000620006A00000SKU(h0000ANkl<ZcmZQdNnv7O00240a>D=s"
    "00c=yK~w{r0L|%2w{QRe002ovPDHLkV1iIf0|XQR00000001EXZ5V2gPXGV_PXGV_8UO$QY-wd~dT%dsWn*b@Wi4%C"
    "b89d#FflH0ZfA*5PDc$28VUda01Zh<L{b0%00961009U90000wew$SQ000I_L_t(|0b}|P0Q|oV_y7O^1W80eQ~?D6"
    "0;53^<NyEw07*qoM6N<$f>28X1QY-"
    "O0000003iS{kws`(000140000W0001NX=QGDZ!dCXV`*?@EpTaLbairNFfcGNEif=HaBgRbP)<h;3K|Lk000e1NJLT"
    "q000620006A1^@s6a<&a50000GNkl<ZcmZQ#Wn=%(%Etbmi2(`#Ela9>00004Nkl<Z8YBWIegA1G00000NkvXXu0mj"
    "fP)h>@6aWAK00000Apm})WQ<b)002_}001BW003-"
    "hWo~+JFLGsLX>esNaA{+7b#i4eFfcJKFflH0ZfA*5PDc$28VUda01Zh<L{b0%00IC200IaA00012-"
    "BS1f000U}L_t(|0b}CiWMW_d03hIEiU0rr1W80eQ~+rJ7cTaaZvX%Q07*qoM6N<$f>28X1QY-"
    "O0000003iS%dNZC`000140000I0001FVRT_HY+-q2axgG3F)na!XNgcwM-"
    "2)Z3IG5A4M|8uQUCw|0ssI20tf~G0045f4I}^n01!z;K~#7FV`5}t{?Ew7{GW*d3IG7m<+A_)00c=yK~xyj0uNV*dW"
    "Zl3002ovPDHLkV1iIf0|XQR00000001EXz9BtqSpWb4SpWb46951JY-wd~dT%dnVRLIRFfcMMaBgRbP)<h;3K|Lk00"
    "0e1NJLTq000930009B00000b3^K50000GNkl<ZcmZQNapD9M0|NsS0|Ns9t5`MS00004Nkl<Z7pwwbK5YWR00000Nk"
    "vXXu0mjfP)h>@6aWAK00000ApjqKNUm7`003D4000#L003-"
    "hWo~+JFK}siWo&aWFfcPNaBgRbP)<h;3K|Lk000e1NJLTq000620006A1^@s6a<&a50000GNkl<ZcmZRI3UF(P3UF&"
    "+Vt@hwQ7qBm00004Nkl<ZCa?nKNOGNk00000NkvXXu0mjfP)h>@6aWAK00000Apq4qMSxiV003D4000sI003lRbYU-"
    "SVR>b8FfcGPE^uyViBL{Q4GJ0x0000DNk~Le00002000022nGNE0CKhsBme*a5J^NqRCobniVAQ`i3)H_VPb#+05it"
    "w^#A|>1W80eR3s1rtwRLC$p8QV07*qoM6N<$f>28X1QY-O0000003iUKv#CsH0001I0000I0001FVRT_HY+-"
    "q2axgG3G%j#%XNgcwM-"
    "2)Z3IG5A4M|8uQUCw|1ONa41PBHI0061+o_+uT03Jz1K~#7FUBMv|00001Fel2g|NoM1qnygAoXRP2h(nwKLQeDq00"
    "004Nkl<ZAg=`VF^-"
    "Y*00000NkvXXu0mjfP)h>@6aWAK00000Apo7TsZ3`8003tI000jF003=ea%W{^X>DO=WiD`TXNgcwM-"
    "2)Z3IG5A4M|8uQUCw|1ONa41PBHI0061+o_+uT03Jz1K~#7FUBMv|00001Fel2g|NoM1qnygAoXRP2h(nwKLQeDq00"
    "004Nkl<ZAg=`VF^-Y*00000NkvXXu0mjfP)h>@6aWAK00000ApmU{YL8C<002(_000yK003-hWo~+JFJ)wDbS-URb8"
    "9YeZfA*5PDc$28VUda01Zh<L{b0%00961009U90000wew$SQ000I_L_t(|0b}|P0Q|oV_y7O^1W80eQ~?D60;53^<N"
    "yEw07*qoM6N<$f>28X1QY-"
    "O00;m803iVQK7b!Y0ssI21^@sQ0001NX=QGDZ!ctTV|8t1Zgehcb8l{iRPAn~Fc5r|%D)M<P521UaBqOn$pI&|>H@M"
    "Mmp00~-"
    "!3LLO>?<ONoH+!ci0*GLQc|H)pw+15&2`(C=DseFD1LL{)NUYrX(Vw8P!R`dILc_C{pgSm`21(Eny3@yGiSad<gqa$"
    "_ufkfv5Fc<yE$7+~7_;bVn#~CMD#4&cCfZh)IutuMrtce^6T9ifQo)+(=nnh-"
    "#r+3%T#AL)i4)XnG9`{o!CG<X1GJ^^JhbzdZzemb9U_5_0TlWOp3jplh6CC=4>dH<I`qjWej!xA?|;p+(n7?2Ri>jR"
    "2f1tdygfB(RqKfTXLc!V=7V>!?D+eS|3S5u&Y+5T!msl=%oz?juBnj}YyAG$R_?&u~R&hJlcSfs%uPl!JkmgMpZXft"
    "rIia&--Yo|IL4oQ<1QD@K7j!r$vGE``rxiUu8%6#16(jOQt+qP`%pps1ti(3P{q*JyD=6Wnl=urFqdt_;B<UjM_9xC"
    "pJ;Gehz;MLP)K4?PY-TM2JuWTOU&1=r_hoSP6ZFIp08{4qcUB3|}V7~<1@KP2P!Ha|JBnG?G^BulA5HREI?9*?_1%M"
    "RAs`0+k@#C5D6%fr_4@GRZ3Jjr?C<=L&|;V^J7&v7M>>8IhlGW0*n@TXVBN*6R13`L#?(Y0PEAoZqn3#UBX9{WJZ2#"
    "eR;H%9F4@)*=vY8!~T7^o!+wMWxRzD<jzoN~6!*u!aI%WIgIct-E%-"
    "S(*acHN!vB4fpFSNQIXCiiElzWxPJO9KQH000080000X0Om~PJ~IIT05bys00{s90CRL<V{0yWZEUTROK!s;5J2}m1"
    ")7al{-tTvRJOCr3EBe?JaR_Cj0Gf(d-"
    "@XEM6qN=RaF)+AT;xMK(#*gS{%_jVpAt&RwM$A;+9NTC+}~Y^d(t04;A&Y!|OgMvLbr|@lnGP#4h$Hi>`*%Gl=mLHI"
    "?&H?VC!=5v?$?#~KtHZ&`!jK`Qd&Iax?`Bu87)abZVoiw1<^eqcu)Qyyw?$L`fxm2#i}p$W|=r_|Qaf(YwjlwRhsR1"
    "sP>m@ZI-"
    "^nob$`4ps=E#6RsqfaSftnt?vDqx^S<uOdWJ>VQxdBs{ptVP6%ntrf4%ZK5foqJr$;#u4cRVYS|we<1czC(nm2{MlU"
    "?4mztPlFyORkt9pC7)_m`+GVbuR6-8ql`N8nP;<M&;NN_at>!X`)DpWdHe*;7f?$90u%!j000000000X0LPl}j1T|-"
    "01yBG00;m800000000000Du7i0001OX>Db6d2nS=O928D0~7!N0000003iTl0PN;a0000`0000I00000000000001h"
    "0X6^t0AyiwVJ~c9d1Z1iFfcGKaBgQ%O928D0~7!N0000003iUu0HNSh0000}0000J00000000000001h0k!}D0BmVx"
    "ZhCJoZDDh3FfcGNE^uyVP)h*<6ay3h00000001EXZ5V2gPXGV_PXGV_8UO$Q0000000000fB`xI003-"
    "hWo~+JFLGsLX>esNZDDh3FfcGNE^uyVP)h*<6ay3h00000001EXFp))QSpWb4SpWb4AOHXW0000000000fC0e)003-"
    "hWo~+JFLGsLX>esNaA{+7b#i4eFfcJKFfcA~Zf8(S0Rj{Q6aWAK00000Apm})WQ<b)002_}001BW0000000000004j"
    "iSONe5Y-"
    "wd~dT%dsWn*b@Wi4=NV{~<LWiT)>F)c7LE^uyVP)h*<6ay3h00000001EXAbK;NSpWb4SpWb45&!@I0000000000fC"
    "1?O003lRbYU-SVR>b8FfcGNE^uyVP)h*<6ay3h00000001EXz9BtqSpWb4SpWb46951J0000000000fB|v?003-"
    "hWo~+JFKuCSYcMb{GA?j#XHZK40u%!j000000000X03Uuxu2}#809gP402KfL00000000000DuAf0{{SQX=QGDZ!d6"
    "Zcx7yJFfcGPE^uyVP)h*<6ay3h00000001EX)jdUkSpWb4SpWb45&!@I0000000000fB}dE003lRbYU-"
    "SVR>b8FfcGPE^uyVP)h*<6ay3h00000001EXowKP-X8-^IX8-^I5&!@I0000000000fB_K&003lRbYU-SVR>b8FfcG"
    "QE^uyVP)h*<6ay3h00000001EXowKP-X8-^IX8-"
    "^I4*&oF0000000000fB~ol003=ea%W{^X>DO=WiD`TXHZK40u%!j000000000X0Bsm*k52#q08an_02BZK00000000"
    "000Du8J1^@tTX=QGDZ!cwJX>=`ZVRLIPaBgQ%O928D0~7!N00;m803iVQK7b!Y0ssI21^@sQ00000000000001h0lf"
    "wQ0BmVxZhCJoWN%}2ZDnqBE^2dcZcs}B0u%!j000080000X0Om~PJ~IIT05bys00{s900000000000Du8A2><|dbYW"
    "v_E_iKhP)h{{000004*(AU*8>0mjS2t&000"
)
"""Pixels, a masked group with a layer, a generative layer and a pose; layers a, g (b), c, d."""

JOURNAL: dict[str, Any] = json.loads(
    """
{"width": 4, "height": 4, "active": "c", "profile": null, "metadata": {}, "selection": null,
"mask": {"channels": 1, "default": 0, "tiles": [[0, 0, {"fill": [255]}]]}, "layers": [{"id":
"a", "name": "Foto", "visible": true, "opacity": 1.0, "blend": "src-over", "locked": false, "x":
0, "y": 0, "mask": null, "raster": {"channels": 4, "default": 0, "tiles": [[0, 0, {"fill": [10,
20, 30, 255]}]]}}, {"id": "g", "name": "group", "visible": true, "opacity": 0.5, "blend":
"screen", "locked": false, "x": 1, "y": 0, "mask": {"raster": {"channels": 1, "default": 0,
"tiles": [[0, 0, {"fill": [200]}]]}, "enabled": true}, "children": [{"id": "b", "name":
"inside", "visible": true, "opacity": 1.0, "blend": "multiply", "locked": true, "x": 1, "y": 1,
"mask": null, "raster": {"channels": 4, "default": 0, "tiles": [[0, 0, {"fill": [90, 80, 70,
128]}]]}}], "expanded": false}, {"id": "c", "name": "made", "visible": true, "opacity": 1.0,
"blend": "src-over", "locked": false, "x": 1, "y": 2, "mask": {"raster": {"channels": 1,
"default": 255, "tiles": [[0, 0, {"fill": [100]}]]}, "enabled": false}, "raster": {"channels":
4, "default": 0, "tiles": [[-1, 0, {"fill": [1, 2, 3, 255]}]]}, "recipe": {"version": 1, "task":
"fill", "prompt": "a bear"}, "recipe_mask": {"channels": 1, "default": 0, "tiles": [[0, 0,
{"fill": [255]}]]}, "recipe_pictures": [{"channels": 4, "default": 0, "tiles": [[0, 0, {"fill":
[5, 6, 7, 255]}]]}, {"channels": 1, "default": 0, "tiles": [[0, 0, {"fill": [9]}]]}]}, {"id":
"d", "name": "control", "visible": false, "opacity": 0.5, "blend": "src-over", "locked": false,
"x": 0, "y": 0, "mask": null, "raster": {"channels": 4, "default": 0, "tiles": [[0, 0, {"fill":
[255, 255, 255, 255]}]]}, "control": {"kind": "pose", "strength": 0.7, "start": 0.0, "end": 0.6,
"mode": "balanced", "model": "", "used": true, "people": [[[0.0, 1.0, 1.0], [1.0, 2.0, 1.0],
[2.0, 3.0, 1.0], [3.0, 4.0, 1.0], [4.0, 5.0, 1.0], [5.0, 6.0, 1.0], [6.0, 7.0, 1.0], [7.0, 8.0,
1.0], [8.0, 9.0, 1.0], [9.0, 10.0, 1.0], [10.0, 11.0, 1.0], [11.0, 12.0, 1.0], [12.0, 13.0,
1.0], [13.0, 14.0, 1.0], [14.0, 15.0, 1.0], [15.0, 16.0, 1.0], [16.0, 17.0, 1.0], [17.0, 18.0,
1.0]]]}}], "origin": [0, 0], "dpi": 96.0, "results": [], "applied": [], "attachments": {}}
"""
)
"""The same layers as the recovery journal described them, each tile of one colour."""
